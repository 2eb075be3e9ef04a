-- Who works in the district, from its roster (OneRoster). Students and families have no rows here:
-- of them only keyed hashes are kept, in roster_others.
CREATE TABLE roster_orgs (
    sourced_id  text PRIMARY KEY,
    name        text NOT NULL,
    type        text NOT NULL,
    identifier  text NOT NULL DEFAULT '',
    parent_id   text NOT NULL DEFAULT '',              -- sourced_id of the org above; '' for the top
    modified_at timestamptz                            -- of a delta row; NULL: from the last bulk
);

CREATE TABLE roster_people (
    id              bigint PRIMARY KEY DEFAULT new_id(),
    sourced_id      text NOT NULL UNIQUE,
    id_hash         text NOT NULL,                     -- keyed hash of sourced_id, hex
    username        text NOT NULL DEFAULT '',
    email           text NOT NULL DEFAULT '',
    given_name      text NOT NULL DEFAULT '',          -- as shown: cleaned, the preferred one
    family_name     text NOT NULL DEFAULT '',
    name_hash       text NOT NULL DEFAULT '',          -- keyed hash of the full name, hex
    enabled         boolean NOT NULL DEFAULT true,
    has_grades      boolean NOT NULL DEFAULT false,    -- a value in `grades`: a mark of a student
    was             text NOT NULL DEFAULT '' CHECK (was IN ('', 's', 'f')), -- student or family before
    is_twice        boolean NOT NULL DEFAULT false,    -- two rows with one sourced_id
    is_gone         boolean NOT NULL DEFAULT false,    -- no user of the roster any more
    state           text NOT NULL CHECK (state IN ('educator', 'disabled', 'review', 'removed', 'later')),
    kind            text NOT NULL DEFAULT '',          -- POLICY section 1: teacher, aide, leader, ...
    leader          boolean NOT NULL DEFAULT false,
    reasons         text[] NOT NULL DEFAULT '{}',      -- why `review`
    decision        text NOT NULL DEFAULT '' CHECK (decision IN ('', 'accepted', 'refused')),
    decided_reasons text[] NOT NULL DEFAULT '{}',      -- what the decision was about
    modified_at     timestamptz,                       -- of a delta row; NULL: from the last bulk
    state_since     timestamptz NOT NULL DEFAULT now(),
    account_id      bigint UNIQUE REFERENCES accounts ON DELETE SET NULL,
    bound_at        timestamptz
);
CREATE INDEX roster_people_email ON roster_people (lower(email)) WHERE email <> '';
CREATE INDEX roster_people_review ON roster_people (id) WHERE state = 'review';

CREATE TABLE roster_roles (
    person_id   bigint NOT NULL REFERENCES roster_people ON DELETE CASCADE,
    sourced_id  text NOT NULL,                         -- 1.1 has none: "@" and the org's
    role        text NOT NULL,
    is_primary  boolean NOT NULL DEFAULT false,
    org_id      text NOT NULL,
    begins      date,
    ends        date,                                  -- the last day
    deleted     boolean NOT NULL DEFAULT false,        -- kept, so that an older row does not revive it
    modified_at timestamptz,
    PRIMARY KEY (person_id, sourced_id)
);

-- Students and families: HMACs with a key of the instance (instance_values, roster_key), cut to 128
-- bits. Compared with at imports, when somebody wants to register, and by the student-privacy guard.
CREATE TABLE roster_others (
    id_hash    text PRIMARY KEY,
    email_hash text NOT NULL DEFAULT '',               -- '': none, or a member of staff has it
    name_hash  text NOT NULL DEFAULT '',               -- '': none, or a member of staff bears it
    kind       text NOT NULL CHECK (kind IN ('s', 'f'))
);
CREATE INDEX roster_others_email ON roster_others (email_hash) WHERE email_hash <> '';
CREATE INDEX roster_others_name ON roster_others (name_hash) WHERE name_hash <> '';

-- What was imported, refused, or waits for a person.
CREATE TABLE roster_imports (
    id          bigint PRIMARY KEY DEFAULT new_id(),
    at          timestamptz NOT NULL DEFAULT now(),
    source      text NOT NULL CHECK (source IN ('command line', 'page', 'folder', 'rest')),
    name        text NOT NULL DEFAULT '',              -- of the file, as its owner called it
    stamp       text NOT NULL DEFAULT '',              -- name, size and time of a watched file
    fingerprint text NOT NULL DEFAULT '',              -- SHA-256 of what was read, hex
    state       text NOT NULL CHECK (state IN ('applied', 'waiting', 'refused', 'rejected')),
    why         text NOT NULL DEFAULT '',              -- of waiting: "shrink", "preview"
    is_bulk     boolean NOT NULL DEFAULT false,
    taken_at    timestamptz,
    counts      jsonb NOT NULL DEFAULT '{}',
    findings    jsonb NOT NULL DEFAULT '[]',           -- places and kinds, never what stood there
    package     jsonb,                                 -- of waiting: staff, and hashes of all others
    actor       text NOT NULL DEFAULT '',
    decided_by  text NOT NULL DEFAULT '',
    decided_at  timestamptz
);
CREATE INDEX roster_imports_stamp ON roster_imports (stamp) WHERE stamp <> '';
CREATE INDEX roster_imports_waiting ON roster_imports (id) WHERE state = 'waiting';
