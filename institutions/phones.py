"""Phone numbers as links: to call, and to write to a mobile one in a messenger."""

from lokal.phone import parse_phone


def tel_url(phone: str) -> str:
    """`tel:+62...` for a number written in any usual way; a short number is dialled as it is."""
    number = parse_phone(phone).e164
    return f"tel:{number or ''.join(char for char in phone if char.isdigit())}"


def whatsapp_url(phone: str) -> str:
    """`https://wa.me/62...` for a mobile number, else empty."""
    number = parse_phone(phone).whatsapp
    return f"https://wa.me/{number}" if number else ""
