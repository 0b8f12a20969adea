using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Commands;
using Purser.Server.Devices.Committing;
using Purser.Server.Devices.Instances;
using Purser.Server.Pki;
using Purser.Server.Reservations;
using Purser.Server.Store;

namespace Purser.Server.Devices.Door;

/// <summary>Takes a message through its stations: check, commit, sign what was promised, seal the answer. Bytes in, bytes out.</summary>
public sealed class DeviceDesk(MessageCheck check, DeviceCommitter committer, AuthorityKeys keys, CertificateIssuer issuer, TransferDevices transfer, GiveUpReservation giveUp, DomainClock clock)
{
    /// <summary>Somebody may transfer the product instance in between; a device asks again anyway.</summary>
    private const int MostMoves = 3;

    /// <returns>The sealed reply; null: cannot be served now, to be sent again.</returns>
    public async Task<byte[]?> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var found = check.Check(body.Span);
        if (found.Code == WireCode.BadCertificate && await keys.LookAgainAsync(cancellation))
        {
            // Another node may have begun a new issuing key.
            found = check.Check(body.Span);
        }

        if (found.Message is not { } message)
        {
            return Seal(found.Refusal!);
        }

        if (await CommitAsync(message) is not { } answer)
        {
            return null;
        }

        if (answer.Pending is { } pending)
        {
            if (!committer.TrySubmitIssued(message, pending.Serial, Issue(message.Request, pending), out var recording))
            {
                return null;
            }

            answer = await recording;
        }

        return answer.Reply is { } reply ? Seal(reply) : null;
    }

    /// <summary>Committed work is finished even if the device has gone: it will ask again.</summary>
    private async Task<CommittedAnswer?> CommitAsync(DeviceMessage message)
    {
        for (var moves = 0; moves <= MostMoves; moves++)
        {
            if (!committer.TrySubmit(message, out var committing))
            {
                return null;
            }

            var answer = await committing;
            if (answer.First is not { } move)
            {
                return answer;
            }

            if (await DoFirstAsync(move) is { } refusal)
            {
                return CommittedAnswer.Of(ReplyWriter.Failed(message.Request, WireCode.AlreadyRegistered, refusal.Detail, clock.Now));
            }
        }

        return null;
    }

    /// <summary>The registration may fail now only if its token ends in this very moment: then the product instance lies where its device wished it to.</summary>
    /// <returns>Why the registration is refused; null: it is decided anew.</returns>
    private async Task<Refusal?> DoFirstAsync(RegistrationMove move)
    {
        var actor = Actor.System with { Name = BatchBook.ActorName };
        if (move.GivenUp is { } reservation)
        {
            return (await giveUp.HandleAsync(new Command(GiveUpReservation.Name, actor, reservation) { Accounts = [move.AccountId] }, reservation, CancellationToken.None)).Refusal;
        }

        var input = new TransferDevices.Input(move.FromVirtualAccountId, move.ToVirtualAccountId, [move.DeviceId]);
        await transfer.HandleAsync(new Command(TransferDevices.Name, actor, input) { Accounts = [move.AccountId] }, input, CancellationToken.None);
        return null;
    }

    /// <summary>Steps 4 and 5 of docs/issuance.md: sign, compare; the reply that will carry the certificate once it is on record.</summary>
    private string Issue(ReceivedRequest request, PendingIdentity pending)
    {
        var certificate = issuer.Sign(pending.Ticket(), pending.ContentHash);
        var identity = new IdentityReply(
            pending.Piid,
            issuer.ChainOf(certificate, pending.IssuingKeyId),
            pending.SmartAccount,
            pending.VirtualAccount,
            pending.ExportAllowed,
            pending.IssuedAt.ToUnixTimeSeconds(),
            LicensingTimes.IdentityRenewal(pending.IssuedAt).ToUnixTimeSeconds(),
            pending.NotAfter.ToUnixTimeSeconds());
        return ReplyWriter.Ok(request, identity, pending.IssuedAt);
    }

    private byte[] Seal(string text)
    {
        var ring = keys.Current;
        return ring.MessageSigner.SigningKey.Use(key => ReplyWriter.Seal(text, key, ring.ReplyChain));
    }
}
