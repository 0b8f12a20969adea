using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>Whom the link in an approver's mail lets in: once, in time, and the person it was sent to (domain rules 12.2).</summary>
internal static class ApproverDoor
{
    public static async Task<Verdict<AccountRequest>> OpenAsync(PurserContext db, Actor actor, string? code, DateTimeOffset machineNow, CancellationToken cancellation)
    {
        var hash = SecretSource.HashOf(code ?? "");
        var request = string.IsNullOrEmpty(code) ? null : await db.AccountRequests.FirstOrDefaultAsync(row => row.CodeHash == hash, cancellation);
        if (request is null)
        {
            return Verdict.Refused(
                RefusalCode.NotFound, "This link is not complete, or a newer mail has replaced it. Open the link in the newest mail about this Smart Account.");
        }

        if (actor.Kind != ActorKind.Person || actor.Id != request.ApproverId)
        {
            return Verdict.Refused(
                RefusalCode.NotAllowed,
                $"This link was sent to {Hidden(request.ApproverEmail)}, and only that person can use it. You are signed in as {actor.Name}. "
                + $"If you are to approve instead, ask {request.RequesterName} to request the Smart Account anew and to name you.");
        }

        return request.State switch
        {
            AccountRequestState.Active => Verdict.Refused(
                RefusalCode.Conflict, $"This link has been used: the Smart Account {request.Name} is active. Find it under Smart Accounts."),
            AccountRequestState.Declined => Verdict.Refused(RefusalCode.Conflict, $"This link has been used: the Smart Account {request.Name} was declined."),
            AccountRequestState.Withdrawn => Verdict.Refused(RefusalCode.Conflict, $"{request.RequesterName} has taken this request back."),
            _ when request.CodeEndsAt <= machineNow => Verdict.Refused(
                RefusalCode.Conflict, $"This link has expired. Ask {request.RequesterName} to have the mail sent again."),
            _ => request,
        };
    }

    /// <summary>"m…@acme.example": enough to know one's own address, too little to learn another's.</summary>
    private static string Hidden(string email) => $"{email[0]}…{email[email.LastIndexOf('@')..]}";
}
