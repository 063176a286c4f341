process.stderr.write('foresize: no commands yet\n');
process.exitCode = 2;
