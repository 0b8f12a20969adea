using Purser.Protocol;
using Purser.Protocol.Wire;
using Purser.Server.Devices.Committing;
using Purser.Server.Pki;
using Purser.Server.Store;

namespace Purser.Server.Devices.Door;

/// <summary>Takes a message through its stations: check, commit, sign what was promised, seal the answer. Bytes in, bytes out.</summary>
public sealed class DeviceDesk(MessageCheck check, DeviceCommitter committer, AuthorityKeys keys, CertificateIssuer issuer)
{
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

        if (!committer.TrySubmit(message, out var committing))
        {
            return null;
        }

        // Committed work is finished even if the device has gone: it will ask again.
        var answer = await committing;
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
