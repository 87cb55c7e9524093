import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eraseEnums } from './erase-enums.ts'

/** Fetched when needed and not a dependency: with its own dependencies it is larger than all of ours together. */
const generator = 'cdk8s-cli@2.207.60'

/**
 * CRDs → the TypeScript that `cdk8s import` makes of them, fit for Node.
 * @param crds YAML
 * @returns file name → source, one file an API group
 */
export function generateTypes(crds: string): Map<string, string> {
  const work = mkdtempSync(join(tmpdir(), 'breakwater-imports-'))
  try {
    writeFileSync(join(work, 'crds.yaml'), crds)
    const command = ['--yes', generator, 'import', 'crds.yaml', '--language', 'typescript', '--output', 'imports']
    // Piped, because it prints an advertisement and a harmless failure of its own; a real failure is thrown with what it printed.
    execFileSync('npx', command, { cwd: work, stdio: 'pipe' })
    const folder = join(work, 'imports')
    return new Map(readdirSync(folder).map((name) => [name, eraseEnums(readFileSync(join(folder, name), 'utf8'))]))
  } finally {
    rmSync(work, { recursive: true })
  }
}
