interface KnownLimit {
  /** What tools, the scheduler or programs say when they meet it. */
  readonly sign: RegExp
  /** The limit, and how it is raised: a sentence. */
  readonly remedy: string
}

const limits: readonly KnownLimit[] = [
  {
    // kind gives up without the first words; the node's systemd is what had no watches left: https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files
    sign: /too many open files|inotify|fsnotify|could not find a (log )?line that matches/i,
    remedy:
      "The kernel's limit of file watches (inotify) is reached: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512, then make undeploy and make deploy.",
  },
  {
    // https://github.com/kubernetes-sigs/kind/issues/3795
    sign: /content digest .* not found|failed to detect containerd snapshotter/i,
    remedy:
      'Docker keeps images in the containerd image store, from which kind could not load: switch it off (Docker Desktop: Settings, General, "Use containerd for pulling and storing images"; else "containerd-snapshotter": false in daemon.json), then make deploy.',
  },
  {
    sign: /no space left on device|disk-pressure|ephemeral-storage/i,
    remedy: 'The disk of Docker is full: docker system prune, or give it more, then make deploy.',
  },
  {
    sign: /Insufficient memory/,
    remedy:
      'The nodes have no memory left; the shop with its mesh asks for about 6 GiB: give Docker or the node group more, or stop what else runs there (kubectl describe nodes lists it).',
  },
  {
    sign: /Insufficient cpu/,
    remedy:
      'The nodes have no CPU left to promise: give Docker or the node group more, or stop what else runs there (kubectl describe nodes lists it).',
  },
  {
    sign: /Too many pods/,
    remedy: 'The nodes run as many pods as they may (on EKS that follows the instance type): add a node, or stop what else runs there.',
  },
  {
    sign: /unbound immediate PersistentVolumeClaims|didn't find available persistent volumes|storageclass\S* .*not found/i,
    remedy:
      'No volume could be had for the data stores: kubectl get storageclass,pvc -A shows what the cluster offers; storageClass in cdk8s/settings names it.',
  },
]

/** What to do about a limit of the machine or the cluster; undefined when the text shows none that is known. */
export const remedyOf = (text: string): string | undefined => limits.find(({ sign }) => sign.test(text))?.remedy
