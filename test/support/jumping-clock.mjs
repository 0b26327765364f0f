// Preloaded into the program under test: a calendar that jumps a day back or forth at every reading.
const RealDate = Date;
let looks = 0;
const now = () => RealDate.now() + ((looks++ % 3) - 1) * 86_400_000;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }
  static now() {
    return now();
  }
};
