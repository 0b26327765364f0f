/** Where reports say that tfinvite can be found: the published package, whose rule pages they link to as well. */
export const HOMEPAGE = "https://www.npmjs.com/package/tfinvite";
