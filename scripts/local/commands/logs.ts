import { existsSync } from 'node:fs'
import { CommandError, NoShop } from '../../cli/command-error.ts'
import { formatRecord } from '../logs/format-record.ts'
import { followFile, readTail } from '../logs/tail-file.ts'
import { inTimeOrder, keepTimeOrder } from '../logs/time-order.ts'
import type { LocalPaths } from '../paths.ts'

/** A line that is followed is shown this much later, so that earlier ones of other processes can come before it. */
const holdMs = 500

export interface LogsOptions {
  /** A workload or a replica; all when absent. */
  readonly of?: string
  /** How many of the latest lines. */
  readonly lines: number
  readonly follow: boolean
  /** Lines as they are in the file. */
  readonly json: boolean
}

/**
 * `logs`: the common log, for people, in the order of time.
 * @param signal ends the following
 * @throws CommandError when there is nothing to show
 */
export async function logs({ log }: LocalPaths, { of, lines, follow, json }: LogsOptions, signal: AbortSignal): Promise<void> {
  if (!existsSync(log)) throw new NoShop('There are no logs yet. Start the shop: make up')
  const wanted = (line: string): string[] => {
    const text = formatRecord(line, of === undefined ? {} : { of })
    return text === undefined ? [] : [json ? line : text]
  }
  const { lines: tail, position } = await readTail(log)
  const shown = inTimeOrder(tail).flatMap(wanted)
  for (const line of shown.slice(-lines)) console.log(line)
  if (!follow && of !== undefined && shown.length === 0) throw new CommandError(`There is nothing of ${of} in the logs.`)
  if (!follow) return
  const order = keepTimeOrder(holdMs)
  const show = (more: readonly string[]): void => {
    for (const line of more.flatMap(wanted)) console.log(line)
  }
  for await (const more of followFile(log, position, signal)) show(order.take(more, performance.now()))
  show(order.rest())
}
