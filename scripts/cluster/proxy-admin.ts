import { Writable } from 'node:stream'
import { Exec, type KubeConfig } from '@kubernetes/client-node'
import { namespace } from '../../services/shared/contracts/topology.ts'

const answerWithinMs = 15_000

/**
 * One request to the admin interface of a pod's proxy, through `pilot-agent request` in the pod.
 * @returns the body
 * @throws when the pod, its proxy or the answer is missing
 */
export async function proxyAdmin(config: KubeConfig, pod: string, method: 'GET' | 'POST', path: string): Promise<string> {
  const out: Buffer[] = []
  const err: Buffer[] = []
  const command = ['pilot-agent', 'request', method, path]
  const deadline = AbortSignal.timeout(answerWithinMs)
  await new Promise<void>((resolve, reject) => {
    deadline.onabort = () => reject(new Error(`The proxy of ${pod} did not answer ${path} within ${answerWithinMs / 1000} s.`))
    new Exec(config)
      .exec(namespace, pod, 'istio-proxy', command, collect(out), collect(err), null, false, ({ status, message }) => {
        if (status === 'Success') resolve()
        else reject(new Error(`The proxy of ${pod} refused ${path}: ${Buffer.concat(err).toString().trim() || message}`))
      })
      .catch(reject)
  })
  return Buffer.concat(out).toString()
}

const collect = (chunks: Buffer[]): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
