import { z } from "zod";

/** `modules.json` in the data directory; other fields are of no use here. */
export const manifestSchema = z.object({
  Modules: z.array(z.object({ Key: z.string(), Dir: z.string() })),
});
