import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** The one file that all processes' lines end in. */
export interface LogFile {
  append(lines: readonly string[]): void
  close(): void
}

/** Two files of this size: the current one and the one before. */
const defaultMaxBytes = 32 * 1024 * 1024

/**
 * Appends lines to a file; when it grows past `maxBytes` it becomes `<file>.1` and a new one begins.
 * Written synchronously: in order, and what was logged before a crash is there after it.
 */
export function openLogFile(file: string, maxBytes: number = defaultMaxBytes): LogFile {
  mkdirSync(dirname(file), { recursive: true })
  let descriptor = openSync(file, 'a')
  let size = fstatSync(descriptor).size
  return {
    append: (lines) => {
      if (size > maxBytes) {
        closeSync(descriptor)
        renameSync(file, `${file}.1`)
        descriptor = openSync(file, 'a')
        size = 0
      }
      size += writeSync(descriptor, lines.map((line) => `${line}\n`).join(''))
    },
    close: () => closeSync(descriptor),
  }
}
