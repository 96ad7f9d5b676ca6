"""KBLI 2020, the classification of business activities: its sections and two-digit divisions.

Source: Peraturan BPS Nomor 2 Tahun 2020 tentang Klasifikasi Baku Lapangan Usaha Indonesia; titles
shortened. Codes of three to five digits are not held: only their shape is judged.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Section(models.TextChoices):
    """The sections of KBLI 2020, the classification of business activities."""

    A = "A", _("A: agriculture, forestry, fishing")
    B = "B", _("B: mining")
    C = "C", _("C: manufacturing")
    D = "D", _("D: electricity and gas")
    E = "E", _("E: water, waste")
    F = "F", _("F: construction")
    G = "G", _("G: trade, repair of vehicles")
    H = "H", _("H: transport, storage")
    I = "I", _("I: accommodation, food and drink")  # noqa: E741, the letter of the section
    J = "J", _("J: information, communication")
    K = "K", _("K: finance, insurance")
    L = "L", _("L: real estate")
    M = "M", _("M: professional, scientific, technical")
    N = "N", _("N: renting, labour supply, travel, business support")
    O = "O", _("O: public administration, defence")  # noqa: E741, the letter of the section
    P = "P", _("P: education")
    Q = "Q", _("Q: health, social work")
    R = "R", _("R: arts, entertainment, recreation")
    S = "S", _("S: other services")
    T = "T", _("T: households as employers")
    U = "U", _("U: international bodies")


# The two digits that a code begins with: the section they belong to, and what they stand for.
DIVISIONS: dict[str, tuple[str, object]] = {
    "01": ("A", _("Crops, livestock, hunting")),
    "02": ("A", _("Forestry and logging")),
    "03": ("A", _("Fishing and aquaculture")),
    "05": ("B", _("Coal and lignite")),
    "06": ("B", _("Oil, gas and geothermal energy")),
    "07": ("B", _("Metal ores")),
    "08": ("B", _("Other mining and quarrying")),
    "09": ("B", _("Mining support")),
    "10": ("C", _("Food products")),
    "11": ("C", _("Beverages")),
    "12": ("C", _("Tobacco products")),
    "13": ("C", _("Textiles")),
    "14": ("C", _("Wearing apparel")),
    "15": ("C", _("Leather and footwear")),
    "16": ("C", _("Wood, bamboo, rattan, plaiting")),
    "17": ("C", _("Paper and paper products")),
    "18": ("C", _("Printing and recorded media")),
    "19": ("C", _("Coke and refined petroleum")),
    "20": ("C", _("Chemicals, soap, cosmetics")),
    "21": ("C", _("Pharmaceuticals and herbal medicine")),
    "22": ("C", _("Rubber and plastic products")),
    "23": ("C", _("Non-metallic mineral products")),
    "24": ("C", _("Basic metals")),
    "25": ("C", _("Metal goods, not machinery")),
    "26": ("C", _("Computers, electronics, optics")),
    "27": ("C", _("Electrical equipment")),
    "28": ("C", _("Machinery and equipment")),
    "29": ("C", _("Motor vehicles and trailers")),
    "30": ("C", _("Other transport equipment")),
    "31": ("C", _("Furniture")),
    "32": ("C", _("Other manufacturing")),
    "33": ("C", _("Repair and installation of machines")),
    "35": ("D", _("Electricity, gas, steam, cold air")),
    "36": ("E", _("Water supply")),
    "37": ("E", _("Sewage")),
    "38": ("E", _("Waste collection and recycling")),
    "39": ("E", _("Remediation")),
    "41": ("F", _("Buildings")),
    "42": ("F", _("Civil engineering")),
    "43": ("F", _("Specialised construction")),
    "45": ("G", _("Trade and repair of motor vehicles")),
    "46": ("G", _("Wholesale trade")),
    "47": ("G", _("Retail trade")),
    "49": ("H", _("Land transport")),
    "50": ("H", _("Water transport")),
    "51": ("H", _("Air transport")),
    "52": ("H", _("Storage and support for transport")),
    "53": ("H", _("Post and courier")),
    "55": ("I", _("Accommodation")),
    "56": ("I", _("Food and drink services")),
    "58": ("J", _("Publishing")),
    "59": ("J", _("Film, video, music")),
    "60": ("J", _("Broadcasting")),
    "61": ("J", _("Telecommunications")),
    "62": ("J", _("Programming and computer consultancy")),
    "63": ("J", _("Information services")),
    "64": ("K", _("Financial services")),
    "65": ("K", _("Insurance and pension funds")),
    "66": ("K", _("Support for finance and insurance")),
    "68": ("L", _("Real estate")),
    "69": ("M", _("Legal and accounting services")),
    "70": ("M", _("Head offices, management consultancy")),
    "71": ("M", _("Architecture, engineering, testing")),
    "72": ("M", _("Research and development")),
    "73": ("M", _("Advertising and market research")),
    "74": ("M", _("Other professional services, design")),
    "75": ("M", _("Veterinary services")),
    "77": ("N", _("Renting and leasing")),
    "78": ("N", _("Labour supply")),
    "79": ("N", _("Travel agencies, tours")),
    "80": ("N", _("Security and investigation")),
    "81": ("N", _("Buildings and landscape services")),
    "82": ("N", _("Office and business support")),
    "84": ("O", _("Government administration, defence")),
    "85": ("P", _("Education and courses")),
    "86": ("Q", _("Human health")),
    "87": ("Q", _("Residential care")),
    "88": ("Q", _("Social work without accommodation")),
    "90": ("R", _("Creative arts and entertainment")),
    "91": ("R", _("Libraries, archives, museums")),
    "92": ("R", _("Gambling")),
    "93": ("R", _("Sports and recreation")),
    "94": ("S", _("Membership organisations")),
    "95": ("S", _("Repair of computers and household goods")),
    "96": ("S", _("Other personal services")),
    "97": ("T", _("Households as employers of staff")),
    "98": ("T", _("Goods and services for own use")),
    "99": ("U", _("Bodies of other countries")),
}


def division_choices() -> list[tuple[str, list[tuple[str, object]]]]:
    """The divisions under their sections, as a form offers them."""
    return [
        (
            str(section.label),
            [
                (code, division_name(code))
                for code, (letter, _title) in DIVISIONS.items()
                if letter == section
            ],
        )
        for section in Section
    ]


def division_name(code: str) -> str:
    """A division with its two-digit code, as it is read."""
    return f"{code} {DIVISIONS[code][1]}"


def divisions_of(section: str) -> list[str]:
    """The two-digit codes of a section."""
    return [code for code, (letter, _title) in DIVISIONS.items() if letter == section]
