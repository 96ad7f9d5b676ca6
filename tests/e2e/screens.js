// Defines faultsHere(): what is wrong with the page as this screen shows it. On the first screen axe
// asks everything of everything. On the next ones the contrast, by far the dearest question, is
// asked only of what the screen changed: what shows now and did not, or has other type or colours.
(() => {
    let seen = null;

    const looks = () => {
        const found = new Map();
        const walk = (element, behind) => {
            const style = getComputedStyle(element);
            behind += [style.backgroundColor, style.backgroundImage, style.opacity];
            const own = [behind, style.color, style.fontSize, style.fontWeight, style.position];
            found.set(element, element.checkVisibility() && own.join());
            for (const child of element.children) walk(child, behind);
        };
        walk(document.body, "");
        return found;
    };

    const violations = async (part, options) => {
        const { violations } = await axe.run(part, { resultTypes: ["violations"], ...options });
        return violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target, html }) => `${id}: ${target[0]} ${html.slice(0, 160)}`));
    };

    const barriers = async () => {
        const before = seen;
        seen = looks();
        if (!before) return violations(document, {});
        const changed = [...seen.keys()].filter(
            (element) => seen.get(element) && seen.get(element) !== before.get(element));
        const found = await violations(document, { rules: { "color-contrast": { enabled: false } } });
        if (!changed.length) return found;
        return found.concat(await violations({ include: changed }, { runOnly: ["color-contrast"] }));
    };

    window.faultsHere = async () => {
        const found = await barriers();
        const wider = document.documentElement.scrollWidth - window.innerWidth;
        if (wider > 0) found.push(`is ${wider} px wider than the screen`);
        if (document.querySelectorAll("h1").length !== 1) found.push("has not exactly one h1");
        const strip = document.querySelector(".demo-strip");
        const shows = strip && strip.checkVisibility({ visibilityProperty: true });
        if (!shows || !strip.getBoundingClientRect().height)
            found.push("does not say that its data are made up");
        return found;
    };
})();
