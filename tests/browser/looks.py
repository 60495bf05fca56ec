"""What is wrong with how a page looks: found by axe, by what does not fit, by what stays bright."""

PHONE, TABLET, DESK = (390, 844), (900, 1_100), (1_280, 800)
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


async def assert_for_everybody(page, axe, *, screens=(PHONE, DESK)):
    """Axe finds nothing serious on these screens in both schemes, and all fits on any screen.

    Screens and schemes change while the page is open. In the end the page is light, and on the
    last of these screens.
    """
    others = [screen for screen in (PHONE, TABLET, DESK) if screen not in screens]
    found = []  # backgrounds
    for width, height in (*others, *screens):
        await page.set_viewport_size({"width": width, "height": height})
        await assert_fits(page)
        for scheme in ("dark", "light") if (width, height) in screens else ():
            await page.emulate_media(color_scheme=scheme)
            found.append(await page.evaluate(BACKGROUND))
            assert await serious(page, axe) == [], (width, scheme)
    dark, light, *_ = found
    assert dark != light


async def serious(page, axe):
    """Return what axe holds against the page, as text."""
    await page.evaluate(axe)
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {violation['nodes'][0]['html']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


async def assert_fits(page):
    """Nothing of the page lies beside the screen: nobody has to scroll sideways."""
    asked = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    wide, screen = await page.evaluate(asked)
    assert wide <= screen, f"{wide} px on a screen of {screen}"
