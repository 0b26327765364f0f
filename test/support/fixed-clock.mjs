// Preloaded into the program under test: the calendar starts at TFINVITE_TEST_NOW and goes on from there.
const start = Number(process.env.TFINVITE_TEST_NOW);
const began = performance.now();
const now = () => Math.floor(start + performance.now() - began);
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }
  static now() {
    return now();
  }
};
