using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Compat;

/// <summary>Virtual accounts in the published API (API reference 3.2).</summary>
internal sealed class VirtualAccountCalls(
    Places places, ListVirtualAccounts list, CreateVirtualAccount create, MakeVirtualAccountDefault makeDefault, DeleteVirtualAccount delete)
{
    public async Task<IResult> ListAsync(HttpContext context)
    {
        if (IsOtherType(context))
        {
            return TypedResults.StatusCode(StatusCodes.Status404NotFound);
        }

        var rows = await list.AllAsync(context.Actor(), context.Account().Id, context.RequestAborted);
        return Published.Answer(new
        {
            virtualAccounts = rows.Select(row => new
            {
                name = row.Name,
                description = row.Description,

                // Texts, not truth values: so the clients compare them.
                isDefault = row.IsDefault ? "true" : "false",
                commerceAccessLevel = row.AccessLevel.ToString().ToUpperInvariant(),
                isSatellite = "false",
            }),
            status = Published.Success,
            statusMessage = "",
        });
    }

    public async Task<IResult> CreateAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        if (IsOtherType(context))
        {
            return TypedResults.StatusCode(StatusCodes.Status404NotFound);
        }

        if (input.Text("name") is not { } name)
        {
            return Published.MissingInput();
        }

        if (input.Flag("isSatellite") == true)
        {
            return Published.Error("A satellite's virtual account is made by registering the satellite.", StatusCodes.Status422UnprocessableEntity);
        }

        VirtualAccount? parent = null;
        if (input.Text("parentVaName") is { } parentName)
        {
            var found = await places.FindAsync(context, Permission.VirtualAccountCreateNested, parentName);
            if (!found.IsOk)
            {
                return Published.Error(found.Refusal!.Detail, StatusCodes.Status422UnprocessableEntity);
            }

            parent = found.Value;
        }

        var wanted = new CreateVirtualAccount.Input(name)
        {
            Description = input.Text("description"),
            ParentId = parent?.Id,
            AccessLevel = string.Equals(input.Text("commerceAccessLevel"), "PRIVATE", StringComparison.OrdinalIgnoreCase) ? AccessLevel.Private : AccessLevel.Public,
        };
        var made = await create.HandleAsync(context.Command(CreateVirtualAccount.Name, wanted), wanted, context.RequestAborted);
        return made.IsOk && input.Flag("isDefault") == true
            ? Done((await MakeDefaultAsync(context, made.Value.Id)).Refusal)
            : Done(made.Refusal);
    }

    public async Task<IResult> DeleteAsync(HttpContext context)
    {
        var place = await places.OfRouteAsync(context, Permission.VirtualAccountEdit);
        if (!place.IsOk || IsOtherType(context))
        {
            return place.IsOk ? TypedResults.StatusCode(StatusCodes.Status404NotFound) : Published.Refused(place.Refusal!);
        }

        var input = new DeleteVirtualAccount.Input(place.Value.Id);
        return Done((await delete.HandleAsync(context.Command(DeleteVirtualAccount.Name, input), input, context.RequestAborted)).Refusal);
    }

    private Task<Verdict<VirtualAccountView>> MakeDefaultAsync(HttpContext context, long id)
    {
        var input = new MakeVirtualAccountDefault.Input(id);
        return makeDefault.HandleAsync(context.Command(MakeVirtualAccountDefault.Name, input) with { IdempotencyKey = null }, input, context.RequestAborted);
    }

    private static IResult Done(Refusal? refusal) => refusal is null
        ? Published.Answer(new { status = Published.Success, statusMessage = "Operation Successful" })
        : Published.Refused(refusal);

    /// <summary>customer or holding in the address, in any case; on-prem has no such segment.</summary>
    private static bool IsOtherType(HttpContext context) => context.GetRouteValue("type") is string type
        && !string.Equals(type, AccountCalls.TypeOf(context.Account().Type), StringComparison.OrdinalIgnoreCase);
}
