'use strict';
// A report reads the first page of a cursor and forgets to close it. Snapshots lie at irregular times.

class Database {
  constructor() {
    this.cursors = [];
  }
  *rows(table, batch) {
    for (let at = 0; ; at += batch.length) {
      for (const value of batch) yield `${table} ${at + value}`;
    }
  }
  open(table, size) {
    const cursor = this.rows(table, Array.from({ length: size }, (_, i) => i));
    this.cursors.push(cursor);
    return cursor;
  }
  close(cursor) {
    cursor.return();
    this.cursors.splice(this.cursors.indexOf(cursor), 1);
  }
}

const database = new Database();

function report(request) {
  const cursor = database.open(`orders_${request % 12}`, 25);
  const top = [cursor.next().value, cursor.next().value, cursor.next().value];
  if (request % 4 === 0) database.close(cursor);
  return top;
}

exports.iterate = (request) => report(request);
