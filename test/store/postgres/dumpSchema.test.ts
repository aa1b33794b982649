import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase, emptyTables, type TestDatabase } from "../../harness/database.ts";
import { dumpSchema } from "../../harness/dumpSchema.ts";

const schema = `
  create type colour as enum ('red', 'dark green');
  create domain sha as text constraint sha_form check (value ~ '^[0-9a-f]{40}$');
  create sequence tickets start 5;

  create table owners (
    id      bigint generated always as identity primary key,
    name    text collate "C" not null,
    "group" text default 'none',
    shade   colour,
    initial text generated always as (left(name, 1)) stored,
    constraint owners_name unique (name),
    constraint owners_name_form check (name <> '')
  );
  create unique index owners_one_group on owners ("group") where shade is null;
  comment on column owners.name is 'as it''s written';

  create table pets (
    owner_id bigint not null references owners on delete restrict,
    head     sha,
    number   serial,
    born_at  timestamptz(3) not null default now()
  );
  create function refuse() returns trigger language plpgsql as $$
  begin
    raise exception 'append-only';
  end $$;
  create trigger pets_append_only before delete on pets for each row execute function refuse();
  create view names as select name from owners;
  create table knex_migrations (id int);
  insert into knex_migrations values (1);
`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
  await database.knex.raw("drop schema public cascade; create schema public");
  await database.knex.raw(schema);
});
afterAll(async () => database.drop());

test("dumps everything in the schema, sorted, and the same each time", async () => {
  const dump = await dumpSchema(database.knex);
  expect(dump).toMatchInlineSnapshot(`
    "create type colour as enum ('red', 'dark green');

    create domain sha as text constraint sha_form CHECK ((VALUE ~ '^[0-9a-f]{40}$'::text));

    create sequence pets_number_seq as integer start 1 increment 1 owned by pets.number;
    create sequence tickets as bigint start 5 increment 1;

    create table owners (
      id bigint generated always as identity not null,
      name text collate "C" not null,
      "group" text default 'none'::text,
      shade colour,
      initial text generated always as ("left"(name, 1)) stored,
      constraint owners_pkey PRIMARY KEY (id),
      constraint owners_name UNIQUE (name),
      constraint owners_name_form CHECK ((name <> ''::text))
    );
    CREATE UNIQUE INDEX owners_one_group ON public.owners USING btree ("group") WHERE (shade IS NULL);
    comment on column owners.name is 'as it''s written';

    create table pets (
      owner_id bigint not null,
      head sha,
      number integer default nextval('pets_number_seq'::regclass) not null,
      born_at timestamp(3) with time zone default now() not null,
      constraint pets_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES owners(id) ON DELETE RESTRICT
    );
    CREATE TRIGGER pets_append_only BEFORE DELETE ON public.pets FOR EACH ROW EXECUTE FUNCTION refuse();

    create view names as
     SELECT name
       FROM owners;

    CREATE OR REPLACE FUNCTION public.refuse()
     RETURNS trigger
     LANGUAGE plpgsql
    AS $function$
      begin
        raise exception 'append-only';
      end $function$;
    "
  `);
  expect(await dumpSchema(database.knex)).toBe(dump);
});

test("sees a change of a single constraint", async () => {
  const before = (await dumpSchema(database.knex)).split("\n");
  await database.knex.raw("alter table owners drop constraint owners_name_form");
  const after = new Set((await dumpSchema(database.knex)).split("\n"));
  expect(before.filter((line) => !after.has(line)).join("\n")).toContain("owners_name_form");
});

test("emptying removes rows from tables that refuse it and that others point to, and leaves the migrator's", async () => {
  const { knex } = database;
  await knex.raw(`insert into owners (name) values ('ada')`);
  await knex.raw("insert into pets (owner_id) select id from owners");
  await expect(knex("pets").delete()).rejects.toThrow("append-only");

  await emptyTables(knex);

  expect(await knex("pets")).toEqual([]);
  expect(await knex("owners")).toEqual([]);
  expect(await knex("knex_migrations")).toEqual([{ id: 1 }]);
  await knex.raw(`insert into owners (name) values ('bob')`);
  await knex.raw("insert into pets (owner_id) select id from owners");
  await expect(knex("pets").delete()).rejects.toThrow("append-only");
});
