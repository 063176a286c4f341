/** Imports go one way: programs → platform, forecast → core. */
module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment: 'src/core imports nothing but itself and zod',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/|node_modules/zod' },
    },
    {
      name: 'platform-knows-core-only',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^(src/forecast|cli|functions|invoker|local|template|training)/' },
    },
    {
      name: 'forecast-knows-core-only',
      severity: 'error',
      from: { path: '^src/forecast/' },
      to: { path: '^(src/platform|cli|functions|invoker|local|template|training)/' },
    },
    {
      name: 'page-knows-core-only',
      severity: 'error',
      from: { path: '^src/page/' },
      to: { path: '^(src/platform|src/forecast|cli|functions|invoker|local|template|training)/' },
    },
    {
      name: 'page-in-the-browser-is-pure',
      comment: 'what runs in a browser imports no Node and nothing that does',
      severity: 'error',
      from: { path: '^src/page/client/' },
      to: {
        pathNot:
          '^src/core/|^src/page/(client/|(api|what-if|latency-what-if)[.]ts$)|node_modules/(zod|uplot)',
      },
    },
    {
      name: 'programs-stand-alone',
      comment: 'a program imports no other program; only the command line composes them',
      severity: 'error',
      from: { path: '^(functions/[^/]+|invoker|local|training)/' },
      to: {
        path: '^(cli|functions|invoker|local|training)/',
        pathNot: '^$1/',
      },
    },
    {
      name: 'template-stands-alone',
      severity: 'error',
      from: { path: '^template/' },
      to: { path: '^(src|cli|functions|invoker|local|training)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-tests-in-programs', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'undetermined', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
