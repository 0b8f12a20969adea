using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People.Sources;
using Purser.Server.Pki;

namespace Purser.Server.People.Provisioning;

/// <summary>Opens the provisioning interface for a source with a token, renews the token, or closes it.</summary>
public sealed class ManageProvisioning(WritePath writePath, TimeProvider machine)
{
    public const string Open = "provisioning.open";
    public const string Close = "provisioning.close";

    public sealed record Input(long SourceId);

    public sealed record Answer(string Address)
    {
        /// <summary>Shown once; only its hash is kept.</summary>
        public string? Token { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/operator/sign-in-sources/{source:long}/provisioning-token", async (long source, ManageProvisioning manage, HttpContext context) =>
        {
            var input = new Input(source);
            return (await manage.OpenAsync(context.Command(Open, input), input, Scim.BaseUrl(context), context.RequestAborted)).ToHttp();
        }).Requires(Permission.SignInManage).WithSummary("Make the token with which a source provisions people (SCIM); an earlier one ends").WithTags("Operator: sign-in");
        routes.MapDelete("/api/v1/operator/sign-in-sources/{source:long}/provisioning-token", async (long source, ManageProvisioning manage, HttpContext context) =>
        {
            var input = new Input(source);
            return (await manage.CloseAsync(context.Command(Close, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.SignInManage).WithSummary("End the provisioning of a source").WithTags("Operator: sign-in");
    }

    public async Task<Verdict<Answer>> OpenAsync(Command command, Input input, string address, CancellationToken cancellation = default)
    {
        string? token = null;
        var verdict = await writePath.RunAsync<Answer>(command, async scope =>
        {
            if (await scope.Db.SignInSources.FirstOrDefaultAsync(row => row.Id == input.SourceId, cancellation) is not { } source)
            {
                return SourceBook.NotThere();
            }

            token = SecretSource.NewSecret();
            (source.ProvisioningTokenHash, source.ProvisioningTokenMadeAt, source.ProvisioningTokenUsedAt) = (SecretSource.HashOf(token), machine.GetUtcNow(), null);
            return new Answer(address);
        }, cancellation);
        return verdict.Map(answer => answer with { Token = command.DryRun ? null : token });
    }

    public async Task<Verdict<Done>> CloseAsync(Command command, Input input, CancellationToken cancellation = default) =>
        await writePath.RunAsync<Done>(command, async scope =>
        {
            if (await scope.Db.SignInSources.FirstOrDefaultAsync(row => row.Id == input.SourceId, cancellation) is not { } source)
            {
                return SourceBook.NotThere();
            }

            (source.ProvisioningTokenHash, source.ProvisioningTokenMadeAt, source.ProvisioningTokenUsedAt) = (null, null, null);
            return Verdict.Done;
        }, cancellation);
}
