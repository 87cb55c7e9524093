import { expect, test } from 'vitest'

/**
 * `test` for what a machine may lack.
 * @param missing why it cannot run here: then it is skipped with that reason in its name, and with REQUIRE_ALL set it fails
 */
export const testThatNeeds =
  (missing: string | undefined) =>
  (name: string, run: () => Promise<void>): void => {
    if (missing === undefined) test(name, run)
    else if (process.env.REQUIRE_ALL) test(name, () => expect.fail(missing))
    else test.skip(`${name} (skipped: ${missing})`, run)
  }
