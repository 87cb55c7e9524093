import { formatRecord } from '../logs/format-record.ts'
import { type LogFile, openLogFile } from '../logs/log-file.ts'
import { type LogSource, toLogRecord } from '../logs/log-record.ts'
import { unwritable } from '../room.ts'

/** Where the lines of all processes go. */
export interface Output {
  /** Takes the lines of one process. */
  from(source: LogSource): (lines: readonly string[]) => void
  /** One line of the supervisor itself. */
  log(level: 'info' | 'warn' | 'error', msg: string): void
  /** The last lines of one process, for a message about its failure. */
  lastLines(source: LogSource): readonly string[]
  close(): void
}

const remembered = 12
/** Characters of a remembered line that are shown: an error with its stack is in the log. */
const longest = 240
const supervisor: LogSource = { workload: 'supervisor', replica: 0, container: 'supervisor' }
const keyOf = ({ workload, replica, container }: LogSource): string => `${workload}-${replica}/${container}`

/**
 * One file for all, and the last lines of each in memory.
 * @param failed takes the reason when the file cannot be written; the lines are lost then, the memory of the last ones is not
 */
export function openOutput(file: string, now: () => Date, failed: (error: Error) => void): Output {
  const log: LogFile = openLogFile(file)
  const tails = new Map<string, string[]>()
  const append = (records: readonly string[]): void => {
    try {
      log.append(records)
    } catch (error) {
      failed(unwritable(file, error))
    }
  }
  return {
    from: (source) => (lines) => {
      const records = lines.map((line) => toLogRecord(line, source, now))
      append(records)
      tails.set(keyOf(source), [...(tails.get(keyOf(source)) ?? []), ...records.slice(-remembered)].slice(-remembered))
    },
    log: (level, msg) => append([JSON.stringify({ ...supervisor, time: now().toISOString(), level, msg })]),
    lastLines: (source) => (tails.get(keyOf(source)) ?? []).map((record) => formatRecord(record, {})?.slice(0, longest) ?? ''),
    close: log.close,
  }
}
