import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * How transactions failed, by the name of the error: faults that never met a transaction prove nothing.
 * @param directory where the processes' output lies, one `.log` each
 */
export async function failedTransactions(directory: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = { Fenced: 0, CommitOutcomeUnknown: 0, TransactionFailed: 0 }
  for (const file of (await readdir(directory)).filter((name) => name.endsWith('.log'))) {
    for await (const line of createInterface(createReadStream(join(directory, file)))) {
      const name = /"err":\{"type":"(\w+)".*"msg":"transaction failed;/.exec(line)?.[1]
      if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1
    }
  }
  return counts
}
