import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { identify } from './process-identity.ts'

/** The supervisor's own entry. */
export const supervisorName = 'supervisor'

const Entry = Type.Object({ name: Type.String(), pid: Type.Integer({ minimum: 1 }), began: Type.String() })
const Entries = Type.Array(Entry)

/** A process that we started. */
export type LedgerEntry = Static<typeof Entry>

/**
 * The processes that we started, on disk before anything else happens: what a supervisor that is killed leaves behind is found by it.
 * Synchronous for that reason.
 */
export interface Ledger {
  add(name: string, pid: number): void
  remove(pid: number): void
}

export function openLedger(file: string): Ledger {
  let entries: readonly LedgerEntry[] = []
  const write = (next: readonly LedgerEntry[]): void => {
    entries = next
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(entries))
    renameSync(`${file}.new`, file)
  }
  write([])
  return {
    add: (name, pid) => {
      const identity = identify(pid)
      if (identity) write([...entries, { name, ...identity }])
    },
    remove: (pid) => write(entries.filter((entry) => entry.pid !== pid)),
  }
}

/** What a ledger holds; nothing when there is none or it cannot be read. */
export function readLedger(file: string): readonly LedgerEntry[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return Value.Check(Entries, value) ? value : []
  } catch {
    return []
  }
}

export const removeLedger = (file: string): void => rmSync(file, { force: true })
