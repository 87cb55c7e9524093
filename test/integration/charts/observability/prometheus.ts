import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePorts } from '../../../../scripts/local/processes/free-ports.ts'

const missingPrograms = ['prometheus', 'promtool'].filter(
  (program) => !(process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program))),
)

/** Why rules cannot be tested here. */
export const missingPrometheus: string | undefined =
  missingPrograms.length > 0 ? `no ${missingPrograms.join(' and no ')} on PATH` : undefined

export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

/** A real Prometheus that scrapes one address every second and evaluates rules as often. */
export interface Prometheus extends AsyncDisposable {
  /** @throws Error with Prometheus's own words when it is no query */
  query(expr: string): Promise<Sample[]>
  /** Why the last scrape failed; empty when it did not, undefined before the first. */
  lastScrapeError(): Promise<string | undefined>
  /** What is wrong with the evaluation of a rule. */
  ruleErrors(): Promise<string[]>
}

export async function startPrometheus(target: string, rules: Readonly<Record<string, string>>): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-prometheus-'))
  const [port = 0] = await freePorts(1)
  await mkdir(join(folder, 'rules'))
  await Promise.all(Object.entries(rules).map(([name, text]) => writeFile(join(folder, 'rules', name), text)))
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(folder, 'rules/*.yaml')],
    scrape_configs: [{ job_name: 'shop', static_configs: [{ targets: [target] }] }],
  }
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config))
  const server = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const ask = async <Data>(path: string): Promise<Data> => {
    const answer = (await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json()) as { data: Data; error?: string }
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer.data
  }
  await answers(server, () => ask('status/buildinfo'))
  return {
    query: async (expr) => (await ask<{ result: Sample[] }>(`query?query=${encodeURIComponent(expr)}`)).result,
    lastScrapeError: async () => {
      const { activeTargets } = await ask<{ activeTargets: { health: string; lastError: string }[] }>('targets')
      const [only] = activeTargets
      return only === undefined || only.health === 'unknown' ? undefined : only.lastError
    },
    ruleErrors: async () => {
      const { groups } = await ask<{ groups: { rules: { name: string; lastError?: string }[] }[] }>('rules')
      return groups.flatMap(({ rules }) => rules.flatMap(({ name, lastError }) => (lastError ? [`${name}: ${lastError}`] : [])))
    },
    [Symbol.asyncDispose]: async () => {
      if (server.exitCode === null) {
        server.kill('SIGKILL')
        await once(server, 'exit')
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function answers(server: ChildProcess, ask: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (server.exitCode !== null) throw new Error(`Prometheus ended with code ${server.exitCode}`)
    if (
      await ask().then(
        () => true,
        () => false,
      )
    )
      return
    await delay(100)
  }
  throw new Error('Prometheus does not answer')
}
