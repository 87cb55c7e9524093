import { expect, test } from 'vitest'
import { runTool } from '../../../../scripts/cli/run-tool.ts'
import { inOneLine } from '../../../../scripts/cluster/describe-failure.ts'
import { remedyOf } from '../../../../scripts/cluster/remedy.ts'

/** As the tools print them. */
const containerdStore =
  'ERROR: failed to load image: command "docker exec --privileged -i breakwater-control-plane ctr --namespace=k8s.io images import --all-platforms --digests --snapshotter=overlayfs -" failed with error: exit status 1\nCommand Output: ctr: content digest sha256:82014a3cbf22d2e03382cd9b123f4151d956986e727340a466406a206408b7a2: not found'
const noWatches =
  'ERROR: failed to create cluster: could not find a log line that matches "Reached target .*Multi-User System.*|detected cgroup v1"'

test.each([
  ['the containerd image store', containerdStore, 'containerd image store'],
  ['watches, when kind gives up', noWatches, 'fs.inotify.max_user_instances'],
  ['watches, in a log', 'failed to create fsnotify watcher: too many open files', 'fs.inotify.max_user_watches'],
  ['memory', '0/1 nodes are available: 1 Insufficient memory. preemption: not helpful', 'no memory left'],
  ['CPU', '0/3 nodes are available: 3 Insufficient cpu.', 'no CPU left'],
  ['places', '0/1 nodes are available: 1 Too many pods.', 'as many pods as they may'],
  ['the disk', '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.', 'docker system prune'],
  ['volumes', '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.', 'kubectl get storageclass'],
])('%s: the limit and what raises it, in one line', (_, said, words) => {
  expect(remedyOf(said)).toContain(words)
  expect(remedyOf(said)).not.toContain('\n')
})

test('what is no known limit has no remedy', () => {
  expect(remedyOf('Readiness probe failed: HTTP probe failed with statuscode: 503')).toBeUndefined()
})

test('a tool that fails at a limit: the remedy stands below its own last words', async () => {
  const failing = runTool(process.execPath, ['-e', `console.error(${JSON.stringify(containerdStore)}); process.exit(1)`])
  await expect(inOneLine(failing)).rejects.toMatchObject({
    name: 'CommandError',
    message: expect.stringMatching(/ failed with exit code 1:\n[\s\S]*: not found\nDocker keeps images in the containerd image store, .+$/),
  })
})
