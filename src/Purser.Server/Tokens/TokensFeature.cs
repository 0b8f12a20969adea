namespace Purser.Server.Tokens;

/// <summary>Registration tokens: what lets a product instance into a virtual account.</summary>
public static class TokensFeature
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<TokenBook>();
        services.AddSingleton<DeviceLines>();
        services.AddSingleton<CreateTokens>();
        services.AddSingleton<RevokeTokens>();
        services.AddSingleton<RemoveToken>();
        services.AddSingleton<ReadToken>();
        services.AddSingleton<CheckToken>();
        services.AddSingleton<ListTokens>();
        services.AddSingleton<TokenOffer>();
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        CreateTokens.Map(routes);
        RevokeTokens.Map(routes);
        RemoveToken.Map(routes);
        ReadToken.Map(routes);
        CheckToken.Map(routes);
        ListTokens.Map(routes);
        TokenForms.Map(routes);
    }
}
