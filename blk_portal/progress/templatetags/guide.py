"""Pictures of our own pages in the guides."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blk_portal.progress.guides import PICTURE_FOLDER, PICTURES

register = template.Library()


@register.simple_tag
def picture(name: str, says: str) -> SafeString:
    """{% picture "operator-home" _("The home page lists ...") %}: says is what is to be seen."""
    shot = PICTURES[name]
    return format_html(
        '<img class="shot{}" src="{}" width="{}" height="{}" loading="lazy" alt="{}">',
        " shot--phone" if shot.is_of_a_phone else "",
        static(f"{PICTURE_FOLDER}/{name}.webp"),
        shot.width,
        shot.height,
        says,
    )
