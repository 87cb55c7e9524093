import { mkdirSync, statfsSync } from 'node:fs'
import { basename } from 'node:path'
import { bytesOf, moveAside, removeSegment, type SegmentFile, segmentFile, segmentsIn, writtenAt } from './folder.ts'
import type { Batch, FilePosition } from './records.ts'
import { faultOf, openSegment, type Segment } from './segment.ts'
import { lockForWriting } from './writer-lock.ts'

/** How much is kept. */
export interface StoreBounds {
  readonly bytes: number
  readonly ageMs: number
  /** Free bytes of the disk below which old segments go, and then nothing is written until there is room. */
  readonly roomBytes: number
}

export interface StoreOptions {
  readonly folder: string
  readonly bounds: StoreBounds
  readonly now: () => number
  /** Takes one line about what people should know. */
  readonly log: (level: 'info' | 'warn', line: string) => void
  /** Free bytes of the disk of a folder. */
  readonly freeBytes?: (folder: string) => number
}

/**
 * `written`; `no-room`: nothing was, the same batch can be given again later; `reset`: the segment was damaged and is set aside, nothing
 * of the batch was written, and files are to be read on from `positions()`.
 */
export type WriteResult = 'written' | 'no-room' | 'reset'

/** Logs and spans on disk: written by one process, read by any (`openReader`). */
export interface Store {
  write(batch: Batch): WriteResult
  /** How far each file is stored. */
  positions(): ReadonlyMap<string, FilePosition>
  /** Removes what is too old or too much; to be called every now and then. */
  sweep(): void
  close(): void
}

/** The oldest of them goes when a new one begins. */
const segmentsKept = 8

/** A clock that jumps must not cost everything: old segments go one at a time. */
const ageSweepEveryMs = 3_600_000

/**
 * Opens the store of a folder. Segments that are of no use are set aside, with a word, and a new one begins.
 * @throws StoreIsWritten when another process has it open
 */
export function openStore({ folder, bounds, now, log, freeBytes = freeBytesOf }: StoreOptions): Store {
  mkdirSync(folder, { recursive: true })
  const unlock = lockForWriting(folder)
  let positions: ReadonlyMap<string, FilePosition> = new Map()
  /** The new segment does not know the positions of files yet that bring nothing new. */
  let isNew = false
  let full = false
  let lastAgeSweep = Number.NEGATIVE_INFINITY
  let current: { readonly file: SegmentFile; readonly segment: Segment } | undefined = openNewest()

  function openNewest(): typeof current {
    const newest = segmentsIn(folder).at(-1)
    if (!newest) return begin(1)
    try {
      const segment = openSegment(newest.file, now)
      positions = segment.positions()
      isNew = false
      return { file: newest, segment }
    } catch (error) {
      if (faultOf(error) !== 'damaged') throw error
      leave(newest, error)
      return openNewest()
    }
  }

  function begin(number: number): typeof current {
    const file = segmentFile(folder, number)
    isNew = true
    return { file, segment: openSegment(file.file, now) }
  }

  function leave({ file }: SegmentFile, error: unknown): void {
    const aside = moveAside(folder, file)
    log(
      'warn',
      `${basename(file)} is damaged (${error instanceof Error ? error.message : error}): it is set aside as ${aside}, and a new one begins`,
    )
  }

  /** Goes on in the next file when this one is large or old enough. */
  function turnOver(): void {
    if (!current) return
    const { file, segment } = current
    const old = now() - segment.begunAt > bounds.ageMs / segmentsKept
    if (segment.bytes() < bounds.bytes / segmentsKept && !(old && !isNew)) return
    segment.close()
    current = undefined
    current = begin(file.number + 1)
    sweepSize()
  }

  function sweepSize(): void {
    const files = segmentsIn(folder)
    let bytes = files.reduce((sum, { file }) => sum + bytesOf(file), 0)
    for (const { file } of files.slice(0, -1)) {
      if (bytes <= bounds.bytes && freeBytes(folder) >= bounds.roomBytes) return
      bytes -= bytesOf(file)
      removeSegment(file)
    }
  }

  function sweepAge(): void {
    const [oldest, ...younger] = segmentsIn(folder)
    if (now() - lastAgeSweep < ageSweepEveryMs && now() >= lastAgeSweep) return
    lastAgeSweep = now()
    if (oldest && younger.length > 0 && now() - (writtenAt(oldest.file) ?? now()) > bounds.ageMs) removeSegment(oldest.file)
  }

  const noRoom = (): 'no-room' => {
    if (!full) log('warn', `there is no room in ${folder}: nothing is stored until there is; the log files have it`)
    full = true
    return 'no-room'
  }

  return {
    write: (batch) => {
      if (full && freeBytes(folder) < bounds.roomBytes) return 'no-room'
      try {
        current ??= openNewest()
        turnOver()
        current?.segment.write(isNew ? { ...batch, positions: new Map([...positions, ...batch.positions]) } : batch)
        positions = new Map([...positions, ...batch.positions])
        isNew = false
        if (full) log('info', `there is room in ${folder} again`)
        full = false
        return 'written'
      } catch (error) {
        const fault = faultOf(error)
        if (fault === 'no-room') return noRoom()
        if (fault !== 'damaged' || !current) throw error
        current.segment.close()
        leave(current.file, error)
        current = undefined
        positions = new Map()
        current = openNewest()
        return 'reset'
      }
    },
    positions: () => positions,
    sweep: () => {
      sweepSize()
      sweepAge()
      if (freeBytes(folder) < bounds.roomBytes) noRoom()
    },
    close: () => {
      current?.segment.close()
      unlock()
    },
  }
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
