"""QR codes as drawings, for pages that are typeset."""

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

# Any mask can be read; trying all eight takes eight times as long.
MASK = 2
QUIET = 2


def qr_svg(text: str) -> str:
    """The QR code of a text as an SVG, a unit a module, with its quiet zone."""
    code = QRCode(border=QUIET, mask_pattern=MASK, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    size = len(matrix)
    dark = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{dark}"/></svg>'
    )
