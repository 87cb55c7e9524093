import { resolve } from 'node:path'
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'
import { showTool } from '../../cli/run-tool.ts'
import { repository } from '../paths.ts'

interface SynthOptions {
  readonly settings?: string
  readonly out?: string
  readonly json: boolean
}

/**
 * `synth`: writes the manifests of every target, or of a settings file, by a process of its own: charts are no code of scripts.
 * @returns what that process says: 2 for wrong usage
 */
export async function synth({ settings, out, json }: SynthOptions): Promise<ExitCode> {
  const path = (name: string, value?: string) => (value === undefined ? [] : [name, resolve(value)])
  const options = [...path('--settings', settings), ...path('--out', out), ...(json ? ['--json'] : [])]
  const code = await showTool(process.execPath, ['scripts/synth/main.ts', ...options], { cwd: repository })
  return code === exitCodes.done || code === exitCodes.notBegun ? code : exitCodes.failed
}
