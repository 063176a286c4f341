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
