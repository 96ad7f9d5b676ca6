"""The line drawings of the portal: 24 px, drawn in the colour of the text beside them."""

ICONS = {
    "back": '<path d="M9 3L4 8l5 5M4 8h10a6 6 0 0 1 0 12h-2"/>',
    "building": '<path d="M4 21V8l8-5 8 5v13M2 21h20M9 21v-6h6v6M9 11h.1m5.800 0h.1"/>',
    "calendar": '<rect x="4" y="5" width="16" height="16" rx="2"/><path d="M4 10h16M8 3v4m8-4v4"/>',
    "check": '<path d="M4 12.5l5 5L20 6.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>',
    "down": '<path d="M5 9l7 7 7-7"/>',
    "document": '<path d="M6 3h8l5 5v13H6zM14 3v5h5M9 13h7M9 17h7"/>',
    "download": '<path d="M12 4v11m-5-5l5 5 5-5M5 20h14"/>',
    "error": '<circle cx="12" cy="12" r="9"/><path d="M8.5 8.5l7 7m0-7l-7 7"/>',
    "eye": '<path d="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z"/>'
    '<circle cx="12" cy="12" r="3"/>',
    "flag": '<path d="M5 21V4m0 1h13l-3 4 3 4H5"/>',
    "home": '<path d="M3 11l9-8 9 8M6 9v12h12V9M10 21v-6h4v6"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.600v.1"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="M11 12l8-8m-3 3l3 3"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "logout": '<path d="M14 4H5v16h9M10 12h11m-4-4l4 4-4 4"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3 8l9 6 9-6"/>',
    "minus": '<path d="M5 12h14"/>',
    "next": '<path d="M9 5l7 7-7 7"/>',
    "pen": '<path d="M4 20l1-5L16 4l4 4L9 19zM13.500 6.500l4 4"/>',
    "phone": '<path d="M5 3h4l2 5-2.500 1.500a11 11 0 0 0 6 6L16 13l5 2v4a2 2 0 0 1-2 2'
    'A16 16 0 0 1 3 5a2 2 0 0 1 2-2z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "previous": '<path d="M15 5l-7 7 7 7"/>',
    "search": '<circle cx="10.500" cy="10.500" r="6.500"/><path d="M15.500 15.500L21 21"/>',
    "send": '<path d="M21 3L10 14M21 3l-7 18-4-7-7-4z"/>',
    "shield": '<path d="M12 3l8 3v6c0 5-3.5 8-8 9-4.500-1-8-4-8-9V6z"/>'
    '<path d="M8.500 12l2.500 2.500 4.500-5"/>',
    "upload": '<path d="M12 16V4m-5 5l5-5 5 5M5 20h14"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 21a8 8 0 0 1 16 0"/>',
    "warn": '<path d="M12 3.5L2.5 20h19zM12 10v4.5M12 17.4v.1"/>',
}
