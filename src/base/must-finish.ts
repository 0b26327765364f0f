let running = 0;

/** Does what must not be cut once it is begun, such as a change with its proof. It has to end by itself. */
export async function mustFinish<Result>(work: () => Promise<Result>): Promise<Result> {
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
  }
}

/** Whether something runs that must not be cut. */
export function isFinishing(): boolean {
  return running > 0;
}
