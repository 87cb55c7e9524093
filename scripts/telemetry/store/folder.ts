import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** One file of a store. Their numbers say in which order they were begun. */
export interface SegmentFile {
  readonly file: string
  readonly number: number
}

const name = /^(\d{8})\.db$/
/** What SQLite keeps beside a file. */
const companions = ['', '-wal', '-shm']
/** The last damaged segment, for whoever wants to look into it. */
export const setAsideName = 'damaged.db'

/** The segments of a folder, oldest first; none when there is no folder. */
export function segmentsIn(folder: string): SegmentFile[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap((entry) => {
      const number = name.exec(entry)?.[1]
      return number === undefined ? [] : [{ file: join(folder, entry), number: Number(number) }]
    })
    .sort((a, b) => a.number - b.number)
}

export const segmentFile = (folder: string, number: number): SegmentFile => ({
  file: join(folder, `${String(number).padStart(8, '0')}.db`),
  number,
})

/** With what SQLite keeps beside it. */
export function removeSegment(file: string): void {
  for (const suffix of companions) rmSync(`${file}${suffix}`, { force: true })
}

/** Takes the place of what was set aside before: damaged files must not fill the disk. @returns where it is now */
export function moveAside(folder: string, file: string): string {
  const aside = join(folder, setAsideName)
  removeSegment(aside)
  for (const suffix of companions) if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${aside}${suffix}`)
  return aside
}

/** When it was last written; undefined when it is gone. */
export const writtenAt = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs

/** Bytes of a segment, with what SQLite keeps beside it. */
export const bytesOf = (file: string): number =>
  companions.reduce((sum, suffix) => sum + (statSync(`${file}${suffix}`, { throwIfNoEntry: false })?.size ?? 0), 0)
