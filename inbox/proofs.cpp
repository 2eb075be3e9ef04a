#include "inbox/proofs.h"

#include "base/uri.h"
#include "federation/proof.h"
#include "inbox/receive.h"

namespace inbox {

Result<Done> check_proof(Door& door, const federation::Activity& activity) {
    const auto worthless = [](const std::string& why) {
        return Error{Error::Kind::Unauthorized, "proof: " + why};
    };
    if (!activity.has_proof) return worthless("there is none");
    // bto and bcc were taken out of `document`: with them it was not meant to be passed on, and the
    // proof does not fit any more.
    const auto proof = federation::parse_proof(activity.document);
    if (!proof) return worthless(proof.error().detail);
    if (!same_origin(proof->verification_method, activity.actor))
        return worthless("its key is on another origin");
    auto owner = door.signers.find_known(proof->verification_method);
    if (!owner) {
        const auto slot = door.key_fetches.try_take(host_of(proof->verification_method));
        if (!slot) {
            return Error{.kind = Error::Kind::Unavailable,
                         .detail = "proof: too many key fetches",
                         .retry_after_s = door.key_fetches.retry_after_s(door.clock())};
        }
        const auto fetched = door.signers.signer_of(proof->verification_method);
        if (!fetched) return fetched.error();
        owner = *fetched;
    }
    if (owner->uri != activity.actor) return worthless("its key is another actor's");
    return federation::verify_proof(*proof, activity.actor, proof->verification_method, owner->key);
}

} // namespace inbox
