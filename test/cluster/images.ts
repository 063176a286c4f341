import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleFunction } from '#template/bundle.ts';
import { findBinary } from '../support/find-binary.ts';
import { copyProject, repository } from '../template/shrink-wrap.ts';

const run = promisify(execFile);

const faasCli = findBinary('FAAS_CLI', 'faas-cli');
const watchdog = findBinary('OF_WATCHDOG', 'of-watchdog');
const docker = findBinary('DOCKER', 'docker');

/** `COMMAND DIRECTORY IMAGE DOCKERFILE [BUILD_ARG=VALUE…]` builds an image and brings it to the cluster's nodes. */
const builder =
  process.env.CLUSTER_BUILD_IMAGE ??
  (docker === undefined ? undefined : join(import.meta.dirname, 'build-image.sh'));

/** Any image with Node in it that a build and the cluster's nodes have or can pull. */
export const NODE_IMAGE = process.env.CLUSTER_NODE_IMAGE ?? 'docker.io/library/node:24-slim';

const REPOSITORY = process.env.CLUSTER_IMAGE_REPOSITORY ?? 'docker.io/foresize-test';
const TAG = process.env.CLUSTER_IMAGE_TAG ?? 'local';

/** Set to use images of an earlier run as they are. */
const isBuilt = process.env.CLUSTER_IMAGES_BUILT !== undefined;

/** What the images are made of, for titles: all real, or what stands for what is missing. */
export const IMAGES_TOLD =
  faasCli !== undefined && watchdog !== undefined
    ? 'laid out by faas-cli, behind of-watchdog'
    : 'the bundles run directly: faas-cli or of-watchdog is neither on PATH nor in FAAS_CLI and OF_WATCHDOG';

/** Why there can be no images; '' where there can. */
export const NO_BUILDER =
  builder === undefined && !isBuilt ? ' (skipped: neither docker nor CLUSTER_BUILD_IMAGE)' : '';

export const imageOf = (name: string): string => `${REPOSITORY}/${name}:${TAG}`;

const FUNCTIONS = [
  { name: 'collect-metrics', stack: 'stack.yml', handler: 'functions/collect-metrics' },
  { name: 'predict-resources', stack: 'stack.yml', handler: 'functions/predict-resources' },
  { name: 'apply-resources', stack: 'stack.yml', handler: 'functions/apply-resources' },
  { name: 'qrcode', stack: 'stack.yml', handler: 'functions/qrcode' },
  { name: 'workload', stack: 'test/cluster/workload/stack.yml', handler: 'test/cluster/workload' },
] as const;

/** As stack.yml's build_args: neither development packages nor the repository's tests, which need all of it. */
const BUILD_ARGS = ['INSTALL_ARGS=--omit=dev --omit=optional --ignore-scripts', 'TEST_ENABLED=false'];

let built: Promise<void> | undefined;

/** Builds the suite, the functions of the tests and the gateway's stand-in, once a process. */
export function buildImages(): Promise<void> {
  built ??= isBuilt ? Promise.resolve() : buildAll();
  return built;
}

async function buildAll(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'foresize-images-'));
  try {
    await buildGateway(join(folder, 'gateway'));
    if (faasCli !== undefined && watchdog !== undefined) await buildByTemplate(folder, faasCli, watchdog);
    else for (const one of FUNCTIONS) await buildBundle(join(folder, one.name), one.name, one.handler);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function buildImage(directory: string, name: string, buildArgs: readonly string[]): Promise<void> {
  if (builder === undefined) throw new Error(`no images: ${NO_BUILDER}`);
  const dockerfile = join(directory, 'Dockerfile');
  await run(builder, [directory, imageOf(name), dockerfile, ...buildArgs], { maxBuffer: 2 ** 24 });
}

async function buildByTemplate(folder: string, cli: string, watchdogPath: string): Promise<void> {
  const watchdogFolder = join(folder, 'of-watchdog');
  await mkdir(watchdogFolder);
  await cp(watchdogPath, join(watchdogFolder, 'fwatchdog'));
  await writeFile(join(watchdogFolder, 'Dockerfile'), 'FROM scratch\nCOPY fwatchdog /fwatchdog\n');
  await buildImage(watchdogFolder, 'of-watchdog', []);
  const project = join(folder, 'project');
  await copyProject(project);
  await cp(join(import.meta.dirname, 'workload'), join(project, 'test/cluster/workload'), {
    recursive: true,
  });
  for (const { name, stack } of FUNCTIONS) {
    await run(cli, ['build', '--shrinkwrap', '-f', stack, '--filter', name], { cwd: project });
    const base = [`WATCHDOG_IMAGE=${imageOf('of-watchdog')}`, `NODE_IMAGE=${NODE_IMAGE}`];
    await buildImage(join(project, 'build', name), name, [...base, ...BUILD_ARGS]);
  }
}

/** Without the template's Dockerfile: the bundle alone, which then is the one that hears the probes. */
async function buildBundle(directory: string, name: string, handler: string): Promise<void> {
  await bundleFunction({
    templateDir: join(repository, 'template/typescript'),
    handlerDir: join(repository, handler),
    outDir: directory,
  });
  const lines = [
    `FROM ${NODE_IMAGE}`,
    'WORKDIR /home/app',
    'COPY . ./',
    'USER 1000:1000',
    'ENV NODE_ENV=production PORT=8080 HOST=0.0.0.0',
    'CMD ["node", "index.cjs"]',
  ];
  await writeFile(join(directory, 'Dockerfile'), `${lines.join('\n')}\n`);
  await buildImage(directory, name, []);
}

async function buildGateway(directory: string): Promise<void> {
  const sources = join(import.meta.dirname, 'gateway');
  await build({
    entryPoints: { gateway: join(sources, 'main.ts'), load: join(sources, 'load.ts') },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Packages in CommonJS ask for Node's own modules by `require`.
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
    logLevel: 'silent',
  });
  await cp(join(sources, 'Dockerfile'), join(directory, 'Dockerfile'));
  await buildImage(directory, 'gateway', [`NODE_IMAGE=${NODE_IMAGE}`]);
}
