import { kubectl } from './kubectl.ts'

export interface Call {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Status of each call in order; 0 when no HTTP answer came at all. */
export type Statuses = readonly number[]

/** Runs in the pod, which has nothing but Node. */
const program = `
const calls = JSON.parse(process.argv[1])
const status = ({ url, ...request }) => fetch(url, { ...request, signal: AbortSignal.timeout(5000) }).then(async (answer) => (await answer.text(), answer.status), () => 0)
const statuses = []
for (const call of calls) statuses.push(await status(call))
console.log(JSON.stringify(statuses))`

/** Makes the calls one after another from inside a pod, so with its identity and under the rules of its proxy. */
export async function callFromPod(
  pod: { readonly name: string; readonly container: string; readonly namespace?: string },
  calls: readonly Call[],
): Promise<Statuses> {
  const where = pod.namespace ? ['--namespace', pod.namespace] : []
  const answer = await kubectl(
    'exec',
    pod.name,
    ...where,
    '-c',
    pod.container,
    '--',
    'node',
    '--input-type=module',
    '-e',
    program,
    JSON.stringify(calls),
  )
  return JSON.parse(answer)
}
