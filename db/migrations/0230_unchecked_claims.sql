-- Every few minutes it is asked who is still to be checked: few of many.
CREATE INDEX attestation_claims_unchecked ON attestation_claims (account_id)
    WHERE verdict = 'unchecked';
