using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.Sources.Ldap;
using Purser.Server.People.Sources.OpenId;

namespace Purser.Server.People.Sources;

/// <summary>Tries a source as far as that goes without a person: does it answer, and to these settings?</summary>
public sealed class CheckSource(SourceBook sources, OpenIdDoor openId, DirectoryDoor directories)
{
    public sealed record Answer(string Found);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/sign-in-sources/{source:long}/check", async (long source, CheckSource check, HttpContext context) =>
            (await check.HandleAsync(source, context.RequestAborted)).ToHttp())
        .Requires(Permission.SignInManage).WithSummary("Try whether an identity provider or directory answers").WithTags("Operator: sign-in");

    public async Task<Verdict<Answer>> HandleAsync(long id, CancellationToken cancellation = default)
    {
        if (await sources.FindAsync(id, cancellation) is not { } source)
        {
            return SourceBook.NotThere();
        }

        var found = source.Kind == SourceKind.OpenId ? await openId.CheckAsync(source, cancellation) : await directories.CheckAsync(source, cancellation);
        return found.IsOk
            ? new Answer(found.Value)
            : Verdict.Refused(RefusalCode.Conflict, found.Refusal!.Detail);
    }
}
