"""What a page's script needs is found in the texts of modules."""

from service.api.assets import assets
from service.api.modules import modules_of

TEXTS = {
    "ops/main.js": """// @ts-check
// import { nothing } from "./not_really.js";
import { a } from "./a.js";
import {
  b,
  c,
} from "../shared/b.js";
export { d } from "./d.js";
/** @typedef {import("./only_a_type.js").Type} Type */
export const later = () => import("./later.js");
""",
    "ops/a.js": 'import "./a.css.js";\nimport { b } from "../shared/b.js";\n',
    "ops/a.css.js": "",
    "shared/b.js": 'import { main } from "../ops/main.js";\n',
    "ops/d.js": "",
}


def test_all_that_is_imported_is_found_once_the_nearest_first():
    found = modules_of("ops/main.js", TEXTS.__getitem__)
    assert found == ("ops/a.js", "shared/b.js", "ops/d.js", "ops/a.css.js")


def test_the_library_of_the_map_is_for_later():
    by_path = assets().by_path
    found = modules_of("ops/main.js", lambda path: by_path[path].content.decode())
    assert {"ops/console.js", "shared/socket.js", "shared/tile_style.js"} <= set(found)
    assert not [path for path in found if path.startswith("vendor/")]
