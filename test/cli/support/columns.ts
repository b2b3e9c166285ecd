// oclif reads the width of its help once, when it is loaded: the same everywhere, whatever terminal runs the tests.
process.env['OCLIF_COLUMNS'] = '80';
