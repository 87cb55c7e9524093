import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'
import { repository } from '../paths.ts'

/**
 * `synth`: writes the manifests of every target, by a process of its own: charts are no code of scripts.
 * @returns what that process says: 2 for wrong usage
 */
export async function synth({ out, json }: { readonly out?: string; readonly json: boolean }): Promise<ExitCode> {
  const options = [...(out === undefined ? [] : ['--out', out]), ...(json ? ['--json'] : [])]
  const child = spawn(process.execPath, ['cdk8s/main.ts', ...options], { cwd: repository, stdio: 'inherit' })
  const [code] = await once(child, 'close')
  return code === exitCodes.done || code === exitCodes.notBegun ? code : exitCodes.failed
}
