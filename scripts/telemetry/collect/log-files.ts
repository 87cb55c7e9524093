import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { FilePosition, LogEntry } from '../store/records.ts'
import { accessEntry, originOf } from './access-entry.ts'
import { logEntry, type Origin } from './log-entry.ts'
import { type Tail, tailFile } from './tail.ts'

/** Where the shop logs to. */
export interface LogFiles {
  /** One file of all processes. */
  readonly log: string
  /** A folder with a file for each sidecar: `catalog-0.log`. */
  readonly accessLogs: string
}

/** Lines of a batch from which on the other files wait for the next one: what is inserted at once keeps everything else waiting. */
const enough = 1_000

/** Reads all log files on. */
export interface LogCollector {
  /** What has come, and how far it goes; `more` when there may be more already. */
  next(): { readonly entries: readonly LogEntry[]; readonly positions: ReadonlyMap<string, FilePosition>; readonly more: boolean }
  /** Reads on from other positions. */
  seek(positions: ReadonlyMap<string, FilePosition>): void
  close(): void
}

export function collectLogs({ log, accessLogs }: LogFiles, from: ReadonlyMap<string, FilePosition>, now: () => number): LogCollector {
  let begun = from
  const tails = new Map<string, { readonly tail: Tail; readonly entry: (line: string) => LogEntry }>()
  /** Of a common log's line that does not say whose it is. */
  const unknown: Origin = { workload: 'unknown', replica: 'unknown' }

  const sources = (): string[] => {
    const sidecars = existsSync(accessLogs) ? readdirSync(accessLogs).filter((name) => name.endsWith('.log')) : []
    return [log, ...sidecars.map((name) => join(accessLogs, name))]
  }
  const tailOf = (file: string) => {
    const known = tails.get(file)
    if (known) return known
    const origin = originOf(basename(file, '.log'))
    const entry = file === log ? (line: string) => logEntry(line, unknown, now) : (line: string) => accessEntry(line, origin, now)
    const opened = { tail: tailFile(file, begun.get(file)), entry }
    tails.set(file, opened)
    return opened
  }
  const close = (): void => {
    for (const { tail } of tails.values()) tail.close()
    tails.clear()
  }
  /** Who was read last in a full batch comes last in the next. */
  let turn = 0

  return {
    next: () => {
      const files = sources()
      const entries: LogEntry[] = []
      const positions = new Map<string, FilePosition>()
      let more = false
      for (let count = 0; count < files.length && entries.length < enough; count++) {
        const file = files[turn++ % files.length] ?? log
        const { tail, entry } = tailOf(file)
        const lines = tail.read()
        more ||= tail.more()
        const position = tail.position()
        if (lines.length === 0 || !position) continue
        for (const line of lines) entries.push(entry(line))
        positions.set(file, position)
      }
      return { entries, positions, more: more || entries.length >= enough }
    },
    seek: (positions) => {
      close()
      begun = positions
    },
    close,
  }
}
