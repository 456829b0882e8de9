/**
 * The command line of our PostgreSQL. Settings are given here and not in a file of the data directory, so that an
 * existing database gets today's settings too.
 */
export function postgresArguments(server: { cluster: string; port: number; fsync: boolean }): string[] {
  const settings = {
    port: server.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    wal_compression: 'on',
    fsync: server.fsync ? 'on' : 'off',
    full_page_writes: server.fsync ? 'on' : 'off',
    // Plans that were made while a table was empty stay with their prepared statements until it is analysed: soon
    // while it is small, seldom once it is large, for an analysis reads 30,000 rows whatever has changed.
    // Each look costs a process for every database: once a second was a tenth of everything under load.
    autovacuum_naptime: '5s',
    autovacuum_analyze_threshold: 200,
    autovacuum_analyze_scale_factor: 0.5,
    // Queue-like tables turn over completely within seconds.
    autovacuum_vacuum_threshold: 500,
    autovacuum_vacuum_scale_factor: 0.2,
    // No statement here runs long enough to earn back its compilation.
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] %q%u@%d ',
  };
  return [
    '-D',
    server.cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}
