"""Grafana's colours, as its light theme has them: names, palettes, and whatever CSS can say."""

import re

#: Of each hue: super-light, light, the hue itself, semi-dark, dark.
_SHADES = ("super-light-", "light-", "", "semi-dark-", "dark-")
_HUES = {
    "red": ("#FF7383", "#F2495C", "#E02F44", "#C4162A", "#AD0317"),
    "orange": ("#FFB357", "#FF9830", "#FF780A", "#FA6400", "#E55400"),
    "yellow": ("#FFEE52", "#FADE2A", "#F2CC0C", "#E0B400", "#CC9D00"),
    "green": ("#96D98D", "#73BF69", "#56A64B", "#37872D", "#19730E"),
    "blue": ("#8AB8FF", "#5794F2", "#3274D9", "#1F60C4", "#1250B0"),
    "purple": ("#CA95E5", "#B877D9", "#A352CC", "#8F3BB8", "#7C2EA3"),
}
NAMED = {
    f"{shade}{hue}": value
    for hue, values in _HUES.items()
    for shade, value in zip(_SHADES, values, strict=True)
} | {"panel-bg": "#ffffff", "transparent": "rgba(255, 255, 255, 0)", "text": "rgba(36, 41, 46, 1)"}

#: In which order series are coloured.
PALETTE = (
    "green", "semi-dark-yellow", "blue", "orange", "red", "purple", "dark-green", "dark-yellow",
    "dark-blue", "dark-orange", "dark-red", "dark-purple", "super-light-green",
    "super-light-yellow", "super-light-blue", "super-light-orange", "super-light-red",
    "super-light-purple", "#447EBC", "#C15C17", "#890F02", "#0A437C", "#6D1F62", "#584477",
    "#B7DBAB", "#F4D598", "#70DBED", "#F9BA8F", "#F29191", "#82B5D8", "#E5A8E2", "#AEA2E0",
    "#629E51", "#E5AC0E", "#64B0C8", "#E0752D", "#BF1B00", "#0A50A1", "#962D82", "#614D93",
    "#9AC48A", "#F2C96D", "#65C5DB", "#F9934E", "#EA6460", "#5195CE", "#D683CE", "#806EB7",
    "#3F6833", "#967302", "#2F575E", "#99440A", "#58140C", "#052B51", "#511749", "#3F2B5B",
    "#E0F9D7", "#FCEACA", "#CFFAFF", "#F9E2D2", "#FCE2DE", "#BADFF4", "#F9D9F9", "#DEDAF7",
)  # fmt: skip
#: Those of Okabe and Ito that stand out on white.
SAFE = ("#0072B2", "#009E73", "#CC79A7", "#D55E00", "#000000")
#: Colours that a value between its minimum and its maximum is blended from.
BLENDS = {
    "continuous-GrYlRd": ("green", "yellow", "red"),
    "continuous-RdYlGr": ("red", "yellow", "green"),
    "continuous-BlYlRd": ("dark-blue", "super-light-yellow", "dark-red"),
    "continuous-YlRd": ("super-light-yellow", "dark-red"),
    "continuous-BlPu": ("blue", "purple"),
    "continuous-YlBl": ("super-light-yellow", "dark-blue"),
    "continuous-blues": ("panel-bg", "dark-blue"),
    "continuous-reds": ("panel-bg", "dark-red"),
    "continuous-greens": ("panel-bg", "dark-green"),
    "continuous-purples": ("panel-bg", "dark-purple"),
}
#: Blends that matplotlib has too.
MAPS = {f"continuous-{name}": name for name in ("viridis", "magma", "plasma", "inferno", "cividis")}
FALLBACK = "#808080"
Colour = tuple[float, float, float, float]

_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^)]*)\)", re.I)


def named(colour: str) -> str:
    """What Grafana's theme calls a colour by this name; what it does not know stays as it is."""
    return NAMED.get(colour, colour)


def rgba(colour: object) -> Colour:
    """A colour of Grafana's as red, green, blue and opacity, from 0 to 1.

    A name of its palette, a name of CSS, hexadecimal, `rgb(…)`, `rgba(…)`, `hsl(…)`; grey for
    anything that is no colour.
    """
    from matplotlib.colors import to_rgba

    text = named(str(colour or "").strip())
    if found := _FUNCTION.fullmatch(text):
        return _function(found[1].lower(), found[2])
    try:
        red, green, blue, opacity = to_rgba(text)
    except ValueError:
        return to_rgba(FALLBACK)
    return float(red), float(green), float(blue), float(opacity)


def _function(kind: str, inside: str) -> Colour:
    import colorsys

    parts = [part for part in re.split(r"[,\s/]+", inside.strip()) if part]
    try:
        numbers = [float(part.rstrip("%degº°")) for part in parts]
    except ValueError:
        return rgba(FALLBACK)
    if len(numbers) not in (3, 4):
        return rgba(FALLBACK)
    opacity = numbers[3] / (100 if parts[3].endswith("%") else 1) if len(numbers) == 4 else 1.0
    if kind == "hsl":
        hue, saturation, lightness = numbers[0] / 360, numbers[1] / 100, numbers[2] / 100
        red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    else:
        red, green, blue = (
            number / (100 if part.endswith("%") else 255)
            for number, part in zip(numbers[:3], parts, strict=False)
        )
    clipped = [min(max(part, 0.0), 1.0) for part in (red, green, blue, opacity)]
    return clipped[0], clipped[1], clipped[2], clipped[3]


def blended(mode: str, share: float) -> Colour:
    """A colour of a continuous scheme, for a share from 0 to 1."""
    import matplotlib

    share = min(max(share, 0.0), 1.0) if share == share else 0.0
    if mode in MAPS:
        red, green, blue, opacity = matplotlib.colormaps[MAPS[mode]](share)
        return float(red), float(green), float(blue), float(opacity)
    colours = [rgba(colour) for colour in BLENDS[mode]]
    return _spline(colours, share)


def _spline(colours: list[Colour], share: float) -> Colour:
    """A uniform cubic B-spline through colours, as d3's `interpolateRgbBasis` blends them."""
    last = len(colours) - 1
    place = min(int(share * last), last - 1)
    at = share * last - place

    def channel(index: int) -> float:
        one, two = colours[place][index], colours[place + 1][index]
        before = colours[place - 1][index] if place > 0 else 2 * one - two
        after = colours[place + 2][index] if place < last - 1 else 2 * two - one
        square, cube = at**2, at**3
        value = (
            (1 - 3 * at + 3 * square - cube) * before
            + (4 - 6 * square + 3 * cube) * one
            + (1 + 3 * at + 3 * square - 3 * cube) * two
            + cube * after
        ) / 6
        return min(max(value, 0.0), 1.0)

    return channel(0), channel(1), channel(2), 1.0


def by_name(colours: tuple[str, ...], name: str) -> str:
    """The colour that a series has by its name alone, wherever it stands."""
    units = name.encode("utf-16-le")
    total = 5381
    for place in range(len(units) - 2, -1, -2):
        total = ((total * 33) & 0xFFFFFFFF) ^ int.from_bytes(units[place : place + 2], "little")
    return colours[total % len(colours)]


def readable_on(colour: Colour) -> str:
    """Black or white, whichever is read better on a colour."""
    red, green, blue, opacity = colour
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    return "#FFFFFF" if light * opacity + (1 - opacity) < 0.6 else "#111111"
