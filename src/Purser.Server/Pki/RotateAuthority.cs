using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Pki;

/// <summary>An operator begins a new issuing key, message signer and HTTPS certificate before their time (docs/issuance.md).</summary>
public sealed class RotateAuthority(WritePath writePath, AuthorityKeys keys)
{
    public const string Name = "authority.rotate";

    public sealed record Input;

    public sealed record Answer(long IssuingKeyId, DateTimeOffset IssuingKeyEndsAt, long MessageSignerId, string RootFingerprint);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/authority/keys/rotate", async (RotateAuthority rotate, HttpContext context) =>
            (await rotate.HandleAsync(context.Command(Name, new Input()), context.RequestAborted)).ToHttp())
        .Requires(Permission.AuthorityRotate)
        .WithTags("Operator: installation")
        .WithSummary("Begin new issuing, signing and HTTPS keys; what the old ones signed stays valid to its end");

    public Task<Verdict<Answer>> HandleAsync(Command command, CancellationToken cancellation = default) =>
        writePath.RunAsync<Answer>(command, async scope =>
        {
            if (await keys.RotateAsync(scope.Db, cancellation) is not { } ring)
            {
                return Verdict.Refused(RefusalCode.Conflict, "The root's private key is not on this server. Put it back for as long as the rotation takes.");
            }

            scope.Journal(AccountHead.Installation).Append(AuthorityEvents.Rotated(ring.CurrentIssuing.Id));
            scope.AfterCommit(() => keys.Publish(ring));
            return new Answer(ring.CurrentIssuing.Id, ring.CurrentIssuing.NotAfter, ring.MessageSigner.Id, ring.RootFingerprint);
        }, cancellation);
}
