import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tryTool } from '../cli/run-tool.ts'

const settings = 'tsconfig.entries.json'

/**
 * Compiles what these files import.
 * @param root of a copy of the repository, with its tsconfig.json
 * @param entries paths from the root
 * @param checked which of all files are looked at, by their path from the root
 * @returns `path: message` of everything that does not fit
 */
export async function compileErrors(
  root: string,
  entries: readonly string[],
  checked: (path: string) => boolean = () => true,
): Promise<string[]> {
  // Nobody imports the declarations of what a package does not declare.
  const include = ['services/**/*.d.ts']
  await writeFile(join(root, settings), JSON.stringify({ extends: './tsconfig.json', include, files: entries }))
  const compiler = ['node_modules/typescript-native/bin/tsc', '-p', settings, '--singleThreaded', '--pretty', 'false']
  const { code, stdout, stderr } = await tryTool(process.execPath, [...compiler, '--tsBuildInfoFile', 'entries.tsbuildinfo'], {
    cwd: root,
    timeoutMs: 0,
  })
  const errors = [...stdout.matchAll(/^(\S[^(]*)\(\d+,\d+\): error TS\d+: (.*(?:\n +.*)*)/gm)]
  const found = errors.map(([, path = '', message = '']) => ({ path, message: message.replaceAll(/\n +/g, ' ') }))
  if (code !== 0 && found.length === 0) throw new Error(`the compiler fails: ${stdout}${stderr}`)
  return found.filter(({ path }) => checked(path)).map(({ path, message }) => `${path}: ${message}`)
}
