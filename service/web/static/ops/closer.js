// @ts-check
// What is looked at closer, and not at first: its code comes behind the first content.

export { approvalsView } from "./approvals_view.js";
export { chartsView } from "./charts_view.js";
export { courierDrawer } from "./courier_drawer.js";
export { exceptionsView } from "./exceptions_view.js";
export { jobDrawer } from "./job_drawer.js";
export { forgetPictures } from "./proofs_view.js";
