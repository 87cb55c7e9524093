import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { FilePosition } from '../store/records.ts'

/** What is read of a file at once: some hundred lines, which are stored in one transaction. A longer line comes in parts. */
const chunkBytes = 256 * 1024
/** A file is known by its beginning; it is not read before it has one. Its inode may be that of another file that was deleted. */
const fingerprintBytes = 256
const newline = 10

/** A file that somebody else writes, and renames to `<file>.1` when it is full. */
export interface Tail {
  /** Whole lines that have come, at most a chunk of them; an empty list when there are none now. */
  read(): readonly string[]
  /** Whether the last reading filled its chunk, so that there may be more. */
  more(): boolean
  /** Up to the last line that was read; undefined before the first. */
  position(): FilePosition | undefined
  close(): void
}

interface OpenFile {
  readonly descriptor: number
  readonly inode: number
  readonly fingerprint: string
}

/**
 * Reads a file on from a position, over any number of renames that it sees.
 * @param from undefined or somebody else's: from the beginning. When the file was renamed since, the rest of `<file>.1` comes first.
 */
export function tailFile(file: string, from: FilePosition | undefined): Tail {
  let open = from === undefined ? undefined : (known(`${file}.1`, from) ?? known(file, from))
  let offset = open && from ? from.offset : 0
  let full = false
  const buffer = Buffer.alloc(chunkBytes)

  const readOn = ({ descriptor }: OpenFile): string[] => {
    const bytes = buffer.subarray(0, readSync(descriptor, buffer, 0, chunkBytes, offset))
    full = bytes.length === chunkBytes
    const end = bytes.lastIndexOf(newline) + 1
    if (end === 0 && bytes.length < chunkBytes) return []
    const whole = end === 0 ? bytes : bytes.subarray(0, end)
    offset += whole.length
    return whole
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
  }

  return {
    read: () => {
      open ??= begin(file)
      if (!open) return []
      if (fstatSync(open.descriptor).size < offset) offset = 0
      const lines = readOn(open)
      if (lines.length > 0) return lines
      // All of it is read: has another file taken its place?
      const now = statSync(file, { throwIfNoEntry: false })
      if (!now || now.ino === open.inode) return []
      const next = begin(file)
      if (!next) return []
      closeSync(open.descriptor)
      open = next
      offset = 0
      return readOn(open)
    },
    more: () => full,
    position: () => open && { fingerprint: open.fingerprint, offset },
    close: () => {
      if (open) closeSync(open.descriptor)
      open = undefined
    },
  }
}

/** The file, when it is the one that was read. */
function known(file: string, { fingerprint, offset }: FilePosition): OpenFile | undefined {
  const found = begin(file)
  if (!found) return undefined
  if (found.fingerprint === fingerprint && fstatSync(found.descriptor).size >= offset) return found
  closeSync(found.descriptor)
  return undefined
}

/** The file, when it is there and has a whole line or enough to be known by. */
function begin(file: string): OpenFile | undefined {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return undefined
  const descriptor = openSync(file, 'r')
  const buffer = Buffer.alloc(fingerprintBytes)
  const bytes = buffer.subarray(0, readSync(descriptor, buffer, 0, fingerprintBytes, 0))
  const end = bytes.indexOf(newline)
  if (end === -1 && bytes.length < fingerprintBytes) {
    closeSync(descriptor)
    return undefined
  }
  return { descriptor, inode: fstatSync(descriptor).ino, fingerprint: (end === -1 ? bytes : bytes.subarray(0, end)).toString('base64') }
}
