import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes a folder hold exactly these files. What is the same already stays untouched, so that who watches the folder sees only changes.
 * @param files name → content
 * @returns names written or removed
 */
export function syncDirectory(folder: string, files: ReadonlyMap<string, string>): string[] {
  mkdirSync(folder, { recursive: true })
  const present = new Set(readdirSync(folder))
  const stale = [...present].filter((name) => !files.has(name))
  const changed = [...files].filter(([name, text]) => !present.has(name) || readFileSync(join(folder, name), 'utf8') !== text)
  for (const name of stale) rmSync(join(folder, name), { recursive: true })
  for (const [name, text] of changed) writeFileSync(join(folder, name), text)
  return [...stale, ...changed.map(([name]) => name)]
}
