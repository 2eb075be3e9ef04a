-- Which members were here in which week (its Monday), for the instance's public figures.
CREATE TABLE member_weeks (
    week       date NOT NULL,
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    PRIMARY KEY (week, account_id)
);
CREATE INDEX member_weeks_account ON member_weeks (account_id);
